# @ECLASS: hostile-program.eclass
# @SUPPORTED_EAPIS: 8
# @BLURB: A package with a program that tries to do harm when the finished prefix is tried out
# @DESCRIPTION:
# The program needs no library, so that it runs wherever it is started.

inherit hostile

src_compile() {
	gcc -static -O1 -w -o probe "${FILESDIR}/probe.c" || die
}

src_install() {
	dobin probe
}
