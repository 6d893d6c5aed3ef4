# try: one line of 10 GB
# outcome: fails
EAPI=8
inherit hostile
src_compile() {
	head -c 10G /dev/zero | tr '\0' 'l'
}
