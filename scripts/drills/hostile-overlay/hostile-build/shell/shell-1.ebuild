# try: leaves a trap for the person who looks at its failed build in a shell: types into the terminal, and gets out
# outcome: fails
# says: meant to fail
# shell: yes
EAPI=8
inherit hostile
src_compile() {
	# what the shell begins with: variables, functions and files of the build
	declare -gx BASH_ENV="${T}/trap" PROMPT_COMMAND='write_outside' PS1='$(write_outside)' HISTFILE=@CANARY@/secret
	echo 'write_outside' > "${T}/trap"
	echo 'write_outside' > "${HOME}/.bashrc"
	echo '"a": "typed-by-the-ebuild\n"' > "${HOME}/.inputrc"
	cd() { write_outside; builtin cd "$@"; }
	printf '\e]0;title\a\e[c\e[6n\eP+q544e\e\\\e]52;c;dHlwZWQ=\a\e[21t'
	die "meant to fail"
}
shell_tries() {
	local port
	echo shell-was-opened
	write_outside
	peek @CANARY@/secret /etc/shadow /proc/1/environ /proc/*/environ
	for port in @PORT@ @SERVER_PORT@; do
		must_fail "port ${port} of the host" connect PF_INET "pack_sockaddr_in(${port}, inet_aton('127.0.0.1'))"
	done
	kill -9 @VICTIM@ 2> /dev/null
	touch "${EPREFIX}/breach" 2> /dev/null && breach "the prefix can be written"
	perl -e '
		for my $name ("/dev/tty", glob("/dev/pts/*"), "/dev/console", glob("/proc/*/fd/[0-9]")) {
			open(my $terminal, "+<", $name) or next;
			ioctl($terminal, 0x5412, my $letter = $_) for split //, "typed-by-the-ebuild\n";
			ioctl($terminal, 0x541C, my $line = "\x03\x03typed-by-the-ebuild");
		}
		for my $descriptor (0 .. 9) {
			open(my $terminal, "+<&=", $descriptor) or next;
			ioctl($terminal, 0x5412, my $letter = $_) for split //, "typed-by-the-ebuild\n";
		}'
	return 0
}
