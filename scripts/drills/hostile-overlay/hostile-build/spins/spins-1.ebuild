# try: computes for ever
# outcome: fails
EAPI=8
inherit hostile
src_compile() {
	while :; do :; done
}
