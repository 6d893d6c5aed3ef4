# try: kills processes of the host
# outcome: any
EAPI=8
inherit hostile
src_compile() {
	must_fail "a signal reached the host" kill -9 @VICTIM@
	kill -9 -1
}
