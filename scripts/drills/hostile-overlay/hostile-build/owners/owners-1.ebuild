# try: says that files outside belong to somebody else
# outcome: any
EAPI=8
inherit hostile
src_install() {
	local base=${D%/}
	dodir /usr/share
	printf '0\t0\t%s/../../../../../../../../../..%s/secret\nNaN\tx\t/\n-5\t99999999999\t%s/usr\n' "${D%/}" @CANARY@ "${D%/}" >> "${base%/*}/build-info/owners"
	printf '/../../../../..%s\n/../*\n' @CANARY@ >> "${base%/*}/build-info/dostrip"
}
