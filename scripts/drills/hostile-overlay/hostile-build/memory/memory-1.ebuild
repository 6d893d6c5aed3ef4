# try: takes all memory
# outcome: fails
EAPI=8
inherit hostile
src_compile() {
	perl -e 'my @all; push @all, "m" x (1 << 28) while 1' || die "memory"
}
