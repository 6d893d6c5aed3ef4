# try: the folders around its image are links to a folder of the host
# outcome: any
EAPI=8
inherit hostile
src_install() {
	local folder base=${D%/}
	base=${base%/*}
	for folder in work temp homedir build-info .settings; do
		rm -rf "${base:?}/${folder}"
		ln -s @CANARY@ "${base}/${folder}"
	done
}
