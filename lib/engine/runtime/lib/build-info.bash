# What the environment knows about the package, one file per key, as the VDB has it.

__write_build_info() {
	__save_environment > "${__E_BUILD_INFO}/environment"
	local key value
	__hooked_phases > "${__E_BUILD_INFO}/PREFIX_STUDIO_HOOKS"
	printf '%s\n' "${__defined_phases}" > "${__E_BUILD_INFO}/DEFINED_PHASES"
	for key in CATEGORY PF EAPI SLOT IUSE KEYWORDS HOMEPAGE DESCRIPTION LICENSE RESTRICT PROPERTIES INHERITED USE \
		DEPEND RDEPEND PDEPEND BDEPEND IDEPEND REQUIRED_USE SRC_URI \
		CBUILD CHOST CTARGET CFLAGS CXXFLAGS CPPFLAGS LDFLAGS; do
		value=${!key-}
		# shellcheck disable=SC2086
		case ${key} in
			*FLAGS | DESCRIPTION) ;;
			*) value=$(set -f; printf '%s ' ${value}); value=${value% } ;;
		esac
		if [[ -n ${value} ]]; then
			printf '%s\n' "${value}" > "${__E_BUILD_INFO}/${key}"
		else
			rm -f "${__E_BUILD_INFO}/${key}"
		fi
	done
	[[ -z ${__E_EPREFIX} ]] || printf '%s\n' "${__E_EPREFIX}" > "${__E_BUILD_INFO}/EPREFIX"
	[[ -f ${__E_EBUILD} ]] && cp -f "${__E_EBUILD}" "${__E_BUILD_INFO}/${__E_PF}.ebuild"
	return 0
}
