# try: prints without end
# outcome: fails
EAPI=8
inherit hostile
src_compile() {
	yes "a line without end of output"
}
