EAPI=8
DESCRIPTION="Dies in the way that WAY of its environment names"
HOMEPAGE="https://example.org/"
SLOT="0"
S=${WORKDIR}

src_compile() {
	case ${WAY} in
		plain) die "plain death" ;;
		subshell) ( die "death in a subshell" ); echo "still alive" ;;
		substitution) local x=$(die "death in a substitution"); echo "still alive" ;;
		pipe) echo x | while read -r x; do die "death in a pipe"; done; echo "still alive" ;;
		helper) dobin missing; echo "still alive" ;;
		xargs) echo missing | xargs dobin; echo "still alive" ;;
		make) printf 'all:\n\tfalse\n' > Makefile; emake; echo "still alive" ;;
		exit) exit 7 ;;
		signal) kill -KILL $$ ;;
		banned) hasq a b; echo "still alive" ;;
		flag) use unknown; echo "still alive" ;;
		write) echo x > "${EPREFIX}/x" || die "the prefix is read-only" ;;
		network) exec 8<> /dev/tcp/127.0.0.1/9 || die "there is no network" ;;
		sleep) echo sleeping; sleep 86400; echo "still alive" ;;
		query) has_version "not an atom" ; echo "still alive" ;;
	esac
	echo "end of src_compile"
}
