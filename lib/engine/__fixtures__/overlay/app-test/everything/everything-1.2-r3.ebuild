# A comment comes first.

EAPI=8

inherit layered

DESCRIPTION="Uses most of what an ebuild may use"
HOMEPAGE="https://example.org/"
SRC_URI="everything.tar.gz"
S="${WORKDIR}/source"

LICENSE="MIT"
SLOT="0/5"
KEYWORDS="amd64"
IUSE="+docs static"
DEPEND="dev-test/of-ebuild"

PATCHES=( "${FILESDIR}/change.patch" )

src_compile() {
	layered_src_compile
	einfo "compiling"
	usev docs docs-on >> order || die
	usex static yes no >> order || die
	use_enable docs >> order || die
	use_with '!static' shared foo >> order || die
	edo_result=$(nonfatal die -n "not fatal" 2>&1; echo "status $?")
	[[ ${edo_result} == *"status 1" ]] || die "nonfatal die -n did not return"
}

src_install() {
	dobin tool
	dosbin tool
	newbin tool other-tool
	newbin - from-stdin <<< "#!/bin/true"
	insinto /usr/share/${PN}
	doins -r tree
	insopts -m0600
	newins order secret
	exeinto /usr/libexec/${PN}
	doexe tool
	doman tool.1 tool.de.1
	dodoc README
	docinto html
	dodoc -r tree
	dosym -r /usr/share/${PN}/secret /usr/bin/link
	dosym everything-link /usr/bin/plain
	keepdir /var/empty
	dolib.so libx.so.1
	doheader x.h
	doconfd conf
	newinitd tool service
	doenvd 99test
	fperms 0750 /usr/bin/tool
	fowners nobody:nobody /usr/bin/tool
	find . -name 'batch*' -exec dodoc {} +
	dostrip -x /usr/bin
	docompress -x /usr/share/doc
	EVERYTHING_STATE="kept value's \"quotes\" and
lines"
	declare -g -A EVERYTHING_MAP=( [a]=1 [b c]="2 3" )
	einstalldocs
}

pkg_preinst() {
	[[ ${EVERYTHING_STATE} == *$'\n'lines ]] || die "state was lost: ${EVERYTHING_STATE}"
	[[ ${EVERYTHING_MAP[b c]} == "2 3" ]] || die "map was lost"
	[[ -x ${ED}/usr/bin/tool ]] || die "no image in preinst"
	elog "replacing ${REPLACING_VERSIONS}"
}

pkg_postinst() {
	mkdir -p "${EROOT}/var/lib" || die
	echo "${PVR} ${MERGE_TYPE}" > "${EROOT}/var/lib/${PN}" || die
	ewarn "first line\nsecond line"
}
