EAPI=8
DESCRIPTION="Phases see each other's variables, and what the specification says of them"
HOMEPAGE="https://example.org/"
SLOT="0"
IUSE="flag"
S=${WORKDIR}

pkg_pretend() { FROM_PRETEND=1; }
pkg_setup() { FROM_SETUP=1; [[ -z $(ls -A) ]] || die "the folder of pkg_setup is not empty"; }
src_unpack() { [[ ${PWD} == "${WORKDIR}" ]] || die; export FROM_UNPACK=2; shopt -s nullglob; set -f; umask 077; }
src_configure() {
	[[ -z ${FROM_PRETEND} && ${FROM_SETUP} == 1 ]] || die "variables of pretend and setup"
	[[ $(printenv FROM_UNPACK) == 2 ]] || die "export was lost"
	shopt -q nullglob && die "shell options were kept"
	[[ $(umask) == 0022 ]] || die "umask was kept"
	[[ ${D} != */ && ${ED} == "${D}${EPREFIX}" && ${EROOT} == "${EPREFIX}" && ${ESYSROOT} == "${EPREFIX}" ]] || die "paths"
	[[ ${EBUILD_PHASE} == configure && ${EBUILD_PHASE_FUNC} == src_configure ]] || die "phase variables"
	in_iuse flag && ! in_iuse other && in_iuse elibc_musl && ! use elibc_musl || die "in_iuse"
	[[ $(ver_cut 1-2 1.2.3) == 1.2 && $(ver_rs 1 - 1.2.3) == 1-2.3 ]] || die "versions"
	ver_test 1.10 -gt 1.9 || die "ver_test"
	[[ ${LC_ALL} == C.UTF-8 && ${TZ} == UTC && ${HOME} == /var/tmp/portage/* ]] || die "environment"
	[[ -z ${SECRET_OF_THE_CALLER+set} ]] || die "the environment of the caller came in"
	[[ $(id -u) == 0 ]] || die "not user 0"
	default
}
src_install() { echo "${USE}" > "${T}/use"; insinto /etc; doins "${T}/use"; }
