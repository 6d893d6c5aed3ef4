# Default implementations of the phase functions. Source: PMS, chapter "Ebuild-defined functions".

__default_pkg_nofetch() {
	[[ -n ${A} ]] || return 0
	local file
	elog "The following files cannot be fetched for ${PN}:"
	for file in ${A}; do
		elog "  ${file}"
	done
}

__default_src_unpack() {
	[[ -z ${A} ]] || unpack ${A}
}

__default_src_prepare() {
	(( __EAPI_PREPARE_FORMAT )) || return 0
	if [[ ${PATCHES@a} == *a* ]]; then
		if [[ -n ${PATCHES[*]} ]]; then
			__apply_patches "${PATCHES[@]}"
		fi
	elif [[ -n ${PATCHES} ]]; then
		# shellcheck disable=SC2086
		__apply_patches ${PATCHES}
	fi
	eapply_user
}

# From format 8 on, PATCHES cannot hold options of patch.
__apply_patches() {
	if (( __EAPI_PREPARE_FORMAT >= 8 )); then
		eapply -- "$@"
	else
		eapply "$@"
	fi
}

__default_src_configure() {
	if [[ -x ${ECONF_SOURCE:-.}/configure ]]; then
		econf
	fi
}

__has_makefile() { [[ -f Makefile || -f GNUmakefile || -f makefile ]]; }

__default_src_compile() {
	if (( __EAPI_COMPILE_FORMAT == 0 )); then
		[[ ! -x ./configure ]] || econf
	elif (( __EAPI_COMPILE_FORMAT == 1 )); then
		[[ ! -x ${ECONF_SOURCE:-.}/configure ]] || econf
	fi
	if __has_makefile; then
		emake || die "emake failed"
	fi
}

__default_src_test() {
	local -a serial=()
	(( __CAN_PARALLEL_TESTS )) || serial=(-j1)
	local target
	for target in check test; do
		if "${MAKE:-make}" "${serial[@]}" "${target}" -n &> /dev/null; then
			emake "${serial[@]}" "${target}" || die "the test suite failed: make ${target}"
			return
		fi
	done
	return 0
}

__default_src_install() {
	(( __EAPI_INSTALL_FORMAT )) || return 0
	if __has_makefile; then
		emake DESTDIR="${D}" install || die "emake failed"
	fi
	if (( __EAPI_INSTALL_FORMAT >= 6 )); then
		einstalldocs
	else
		__install_docs
	fi
}

# __define_defaults PHASE-FUNCTION: `default` and `default_<function>` exist only while that phase runs.
__define_defaults() {
	local name
	for name in pkg_nofetch src_unpack src_prepare src_configure src_compile src_test src_install; do
		unset -f "default_${name}"
	done
	case ${1} in
		pkg_nofetch | src_unpack | src_prepare | src_configure | src_compile | src_test | src_install)
			eval "default_${1}() { __default_${1} \"\$@\"; }"
			eval "default() { default_${1} \"\$@\"; }"
			;;
		*)
			default() { die "default: ${EBUILD_PHASE_FUNC} has no default implementation"; }
			;;
	esac
}
