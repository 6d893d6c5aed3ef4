EAPI=8
DESCRIPTION="Asks for installed packages"
HOMEPAGE="https://example.org/"
SLOT="0"
S=${WORKDIR}

src_compile() {
	local i
	echo "d=$(best_version -d '>=dev-test/lib-1')"
	echo "b=$(best_version -b dev-test/tool)"
	has_version -d 'dev-test/lib[flag]' && echo "with flag"
	has_version -d 'dev-test/lib[-flag]' && echo "without flag"
	has_version 'dev-test/lib:2' && echo "slot 2"
	has_version '<dev-test/lib-1' || echo "none older"
	# several at once do not get each other's answers
	for i in 1 2 3 4 5 6 7 8; do
		( [[ $(best_version dev-test/lib) == dev-test/lib-1.5 ]] || die "wrong answer" ) &
		( [[ -z $(best_version dev-test/none) ]] || die "wrong answer" ) &
	done
	wait
}
