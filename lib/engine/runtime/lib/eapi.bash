# What the EAPIs differ in, as switches. Nothing outside this file compares EAPI names.
# Source: PMS, appendix "Differences between EAPIs".

# __eapi_load EAPI: sets the __CAN_* and __EAPI_* switches; status 1 for an EAPI that is not known.
__eapi_load() {
	case ${1} in
		[0-9]) ;;
		*) return 1 ;;
	esac
	local -i n=${1}

	# Older ones are read, for the sake of old repositories, but their own commands (dohtml, einstall, dosed) are not here.
	__CAN_BUILD=$(( n >= 6 ))

	# metadata
	__CAN_IMPLICIT_RDEPEND=$(( n <= 3 ))
	__CAN_BDEPEND=$(( n >= 7 ))
	__CAN_IDEPEND=$(( n >= 8 ))
	__CAN_REQUIRED_USE=$(( n >= 4 ))
	__CAN_ACCUMULATE_RESTRICT=$(( n >= 8 ))
	__CAN_FAILGLOB=$(( n >= 6 ))

	# environment
	__CAN_EXPORT_VARIABLES=$(( n <= 8 ))
	__CAN_TRAILING_SLASH=$(( n <= 6 ))
	__CAN_SYSROOT=$(( n >= 7 ))
	__CAN_DESTTREE_VARIABLE=$(( n <= 6 ))
	__CAN_PORTDIR_VARIABLE=$(( n <= 6 ))
	__CAN_ENV_UNSET=$(( n >= 7 ))
	__CAN_WORKDIR_FALLBACK=$(( n <= 3 ))
	__CAN_PATSUB_REPLACEMENT=$(( n >= 9 ))
	__EAPI_BASH_COMPAT=3.2
	(( n >= 6 )) && __EAPI_BASH_COMPAT=4.2
	(( n >= 8 )) && __EAPI_BASH_COMPAT=5.0
	(( n >= 9 )) && __EAPI_BASH_COMPAT=5.3

	# phases
	__CAN_PRETEND=$(( n >= 4 ))
	__CAN_PREPARE=$(( n >= 2 ))
	__CAN_CONFIGURE=$(( n >= 2 ))
	__CAN_PARALLEL_TESTS=$(( n >= 5 ))
	__EAPI_PREPARE_FORMAT=$(( n >= 8 ? 8 : n >= 6 ? 6 : 0 ))
	__EAPI_COMPILE_FORMAT=$(( n >= 2 ? 2 : n ))
	__EAPI_INSTALL_FORMAT=$(( n >= 6 ? 6 : n >= 4 ? 4 : 0 ))

	# commands
	__CAN_DIE_IN_HELPERS=$(( n >= 4 ))
	__CAN_NONFATAL=$(( n >= 4 ))
	__CAN_DIE_N=$(( n >= 6 ))
	__CAN_EAPPLY=$(( n >= 6 ))
	__CAN_USEV_VALUE=$(( n >= 8 ))
	__CAN_EMPTY_USE_VALUE=$(( n >= 4 ))
	__CAN_STRICT_USE=$(( n >= 4 ))
	__CAN_USEX=$(( n >= 5 ))
	__CAN_IN_IUSE=$(( n >= 6 ))
	__CAN_QUERY_HOST_ROOT=$(( n >= 5 && n <= 6 ))
	__CAN_QUERY_BDR=$(( n >= 7 ))
	__CAN_UNPACK_ANY_PATH=$(( n >= 6 ))
	__CAN_UNPACK_ANY_CASE=$(( n >= 6 ))
	__CAN_UNPACK_XZ=$(( n >= 3 ))
	__CAN_UNPACK_TXZ=$(( n >= 6 ))
	__CAN_UNPACK_7Z_RAR_LHA=$(( n <= 7 ))

	# econf
	__CAN_ECONF_DEPENDENCY_TRACKING=$(( n >= 4 ))
	__CAN_ECONF_SILENT_RULES=$(( n >= 5 ))
	__CAN_ECONF_DOCDIR=$(( n >= 6 ))
	__CAN_ECONF_SYSROOT=$(( n >= 7 ))
	__CAN_ECONF_DATAROOTDIR=$(( n >= 8 ))
	__CAN_ECONF_STATIC=$(( n >= 8 ))

	# install helpers
	__CAN_DODOC_R=$(( n >= 4 ))
	__CAN_DOHEADER=$(( n >= 5 ))
	__CAN_DOINS_SYMLINKS=$(( n >= 4 ))
	__CAN_DOMAN_LANGUAGE=$(( n >= 2 ))
	__CAN_DOMAN_I18N_FIRST=$(( n >= 4 ))
	__CAN_NEW_STDIN=$(( n >= 5 ))
	__CAN_DOMO_DESTTREE=$(( n <= 6 ))
	__CAN_DOSYM_R=$(( n >= 8 ))
	__CAN_INSOPTS_EVERYWHERE=$(( n <= 7 ))
	__CAN_KEEPDIR_OPTIONS=$(( n <= 7 ))
	__CAN_DOCOMPRESS=$(( n >= 4 ))
	__CAN_DOSTRIP=$(( n >= 7 ))

	# commands that came later: an older EAPI does not have them, and its eclasses may bring their own
	__EAPI_ABSENT=
	(( n <= 5 )) && __EAPI_ABSENT+=' eapply eapply_user einstalldocs get_libdir'
	(( n <= 6 )) && __EAPI_ABSENT+=' ver_cut ver_rs ver_test'
	(( n <= 8 )) && __EAPI_ABSENT+=' edo pipestatus ver_replacing'

	__EAPI_BANNED=
	(( n >= 4 )) && __EAPI_BANNED+=' dohard dosed'
	(( n >= 6 )) && __EAPI_BANNED+=' einstall'
	(( n >= 7 )) && __EAPI_BANNED+=' dohtml dolib libopts'
	(( n >= 8 )) && __EAPI_BANNED+=' useq hasv hasq'
	(( n >= 9 )) && __EAPI_BANNED+=' assert domo'
	return 0
}

# Takes away the functions that the EAPI does not have.
__remove_absent_commands() {
	local name
	for name in ${__EAPI_ABSENT}; do
		unset -f "${name}"
	done
}

# __eapi_of FILE: the EAPI that an ebuild declares, in __EBUILD_EAPI. Only the first line that is neither empty nor a
# comment counts (PMS 7.3.1). Reads no further than needed and starts no process.
__eapi_of() {
	local line quote="[\"']?"
	__EBUILD_EAPI=0
	while IFS= read -r line || [[ -n ${line} ]]; do
		line=${line#"${line%%[![:space:]]*}"}
		[[ -z ${line} || ${line} == '#'* ]] && continue
		if [[ ${line} =~ ^EAPI=${quote}([A-Za-z0-9+_.-]*)${quote}[[:space:]]*([[:space:]]#.*)?$ ]]; then
			__EBUILD_EAPI=${BASH_REMATCH[1]:-0}
		fi
		return 0
	done < "${1}"
}

# Makes the shell behave as the EAPI wants it: language level of bash, word splitting, globbing.
__eapi_shell_options() {
	if [[ ${__EAPI_BASH_COMPAT} != "${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}" ]]; then
		BASH_COMPAT=${__EAPI_BASH_COMPAT}
	fi
	if (( ! __CAN_PATSUB_REPLACEMENT )) && (( BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 502 )); then
		shopt -u patsub_replacement
	fi
	return 0
}
