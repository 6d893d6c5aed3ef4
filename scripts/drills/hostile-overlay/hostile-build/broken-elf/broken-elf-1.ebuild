# try: programs whose headers lie
# outcome: any
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${ED}/usr/bin" "${ED}/usr/lib64"
	perl -e '
		srand 7;
		open my $source, "<:raw", "/bin/true" or die;
		my $good = do { local $/; <$source> };
		for my $n (1 .. 40) {
			my $bad = $n % 4 ? substr($good, 0, int rand length $good) : $good;
			substr($bad, int(rand(length($bad) > 600 ? 600 : length $bad)), 4) = pack("L", rand 2 ** 32) for 1 .. 8;
			substr($bad, 0, 4) = "\x7fELF";
			open my $out, ">:raw", "$ARGV[0]/usr/bin/bad$n" or die;
			print $out $bad;
			chmod 0755, "$ARGV[0]/usr/bin/bad$n";
		}' "${ED}"
}
