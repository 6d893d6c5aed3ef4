# try: makes files without end
# outcome: any
EAPI=8
inherit hostile
src_compile() {
	perl -e 'for (1 .. 2_000_000) { open my $f, ">", "$ARGV[0]/$_" or exit }' "${T}"
}
