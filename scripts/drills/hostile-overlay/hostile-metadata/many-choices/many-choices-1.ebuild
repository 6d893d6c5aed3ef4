# try: dependencies whose combinations are endless
# outcome: any
EAPI=8
inherit hostile
for one in {1..300}; do
	RDEPEND+=" || ( <app-text/tree-${one} <app-text/tree-${one}.1 app-text/tree !app-text/tree )"
	REQUIRED_USE+=" || ( a${one} b${one} )"
	IUSE+=" a${one} b${one}"
done
