# What the environment knows about the package, one file per key, as the VDB has it.

__write_build_info() {
	__save_environment > "${__E_BUILD_INFO}/environment"
	local key value IFS=$' \t\n'
	local -a words
	__hooked_phases > "${__E_BUILD_INFO}/PREFIX_STUDIO_HOOKS"
	printf '%s\n' "${__defined_phases}" > "${__E_BUILD_INFO}/DEFINED_PHASES"
	for key in CATEGORY PF EAPI SLOT IUSE KEYWORDS HOMEPAGE DESCRIPTION LICENSE RESTRICT PROPERTIES INHERITED USE \
		DEPEND RDEPEND PDEPEND BDEPEND IDEPEND REQUIRED_USE SRC_URI \
		CBUILD CHOST CTARGET CC CXX ASFLAGS CFLAGS CXXFLAGS CPPFLAGS LDFLAGS LIBCFLAGS LIBCXXFLAGS EXTRA_ECONF EXTRA_EINSTALL \
		EXTRA_MAKE; do
		value=${!key-}
		case ${key} in
			*FLAGS | EXTRA_* | CC | CXX | DESCRIPTION) ;;
			*)
				set -f
				# shellcheck disable=SC2206
				words=(${value})
				set +f
				value=${words[*]}
				;;
		esac
		if [[ -n ${value} ]]; then
			printf '%s\n' "${value}" > "${__E_BUILD_INFO}/${key}"
		elif [[ -e ${__E_BUILD_INFO}/${key} ]]; then
			rm -f "${__E_BUILD_INFO}/${key}"
		fi
	done
	[[ -z ${__E_EPREFIX} ]] || printf '%s\n' "${__E_EPREFIX}" > "${__E_BUILD_INFO}/EPREFIX"
	# text, and small: a process would cost more than the copy
	mapfile words < "${__E_EBUILD}" && IFS= && printf '%s' "${words[*]}" > "${__E_BUILD_INFO}/${__E_PF}.ebuild"
	return 0
}
