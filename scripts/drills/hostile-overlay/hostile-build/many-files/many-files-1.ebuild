# try: a hundred thousand files
# outcome: any
EAPI=8
inherit hostile
src_install() {
	perl -e 'for my $d (1 .. 100) { mkdir "$ARGV[0]/$d"; for (1 .. 1000) { open my $f, ">", "$ARGV[0]/$d/$_" or die } }' "${ED}"
}
