# try: fills the disk
# outcome: fails
EAPI=8
inherit hostile
src_compile() {
	head -c 100G /dev/zero > "${T}/fill" || die "the file is too large"
}
