# Running phase functions one after another in this shell.

# Sorted by what stands behind the prefix.
__all_phases='src_compile pkg_config src_configure pkg_info src_install pkg_nofetch pkg_postinst pkg_postrm pkg_preinst
src_prepare pkg_prerm pkg_pretend pkg_setup src_test src_unpack'

# Sets __defined_phases to the names without prefix, sorted; `-` when there are none. Source: PMS 7.4.
__find_defined_phases() {
	local function
	__defined_phases=
	for function in ${__all_phases}; do
		declare -F "${function}" && __defined_phases+="${__defined_phases:+ }${function#*_}"
	done > /dev/null
	__defined_phases=${__defined_phases:--}
}

__phase_function() {
	case ${1} in
		unpack | prepare | configure | compile | test | install) __function=src_${1} ;;
		*) __function=pkg_${1} ;;
	esac
}

# __run_phase NAME
__run_phase() {
	local __function
	__phase_function "${1}"
	case ${1} in
		pretend) (( __CAN_PRETEND )) || return 0 ;;
		prepare) (( __CAN_PREPARE )) || return 0 ;;
		configure) (( __CAN_CONFIGURE )) || return 0 ;;
	esac
	__event phase "${1}"
	export EBUILD_PHASE=${1} EBUILD_PHASE_FUNC=${__function} __E_PHASE=${1}
	__set_phase_variables "${1}"
	__define_defaults "${__function}"
	if [[ -z ${__has_sourced_bashrcs} ]]; then
		cd "${__E_T}" || die "cannot enter \`${__E_T}\`"
		__source_bashrcs
	fi
	__has_sourced_bashrcs=
	if [[ ${1} == install ]]; then
		# as in Portage: what comes before the installation does not stand in S, and finds no image
		cd "${__E_WORKDIR%/*}" || die "cannot enter the work folder"
		__call_if_defined pre_src_install
		__prepare_image
	fi
	__enter_phase_directory "${1}"

	if [[ ${1} == pretend ]]; then
		# not part of the sequence: what it sets is forgotten
		( __run_hooked "${__function}" )
	else
		__run_hooked "${__function}"
	fi
	__run_hooks EBUILD_SUCCESS_HOOKS
	__reset_shell
	return 0
}

# __run_hooked FUNCTION: a phase function, or its default, between what the profile has run before and behind it
__run_hooked() {
	[[ ${1} == src_install ]] || __call_if_defined "pre_${1}"
	if declare -F "${1}" > /dev/null; then
		"${1}"
	else
		__call_if_defined "__default_${1}"
	fi
	__reset_shell
	[[ ${1} == src_prepare ]] && __check_user_patches
	__call_if_defined "post_${1}"
	return 0
}

# Variables that are legal only in some phases.
__set_phase_variables() {
	local slash= export=
	(( __CAN_TRAILING_SLASH )) && slash=/
	(( __CAN_EXPORT_VARIABLES )) && export=-x
	local -a known=("ROOT=${__E_ROOT}${slash}" "EROOT=${__E_ROOT}${__E_EPREFIX}${slash}" "D=${__E_D}${slash}" "ED=${__E_ED}${slash}"
		"EPREFIX=${__E_EPREFIX}" "T=${__E_T}" "WORKDIR=${__E_WORKDIR}" "DISTDIR=${__E_DISTDIR}" "FILESDIR=${__E_FILESDIR}"
		"A=${__E_A}" "USE=${__E_USE}" "MERGE_TYPE=${__E_MERGE_TYPE}" "REPLACING_VERSIONS=${__E_REPLACING_VERSIONS}"
		"REPLACED_BY_VERSION=${__E_REPLACED_BY_VERSION}" "EBUILD=${__E_EBUILD}")
	if (( __CAN_SYSROOT )); then
		known+=("SYSROOT=${__E_SYSROOT}" "ESYSROOT=${__E_ESYSROOT}" "BROOT=${__E_BROOT}")
	fi
	local setting
	for setting in "${known[@]}"; do
		declare -g ${export} "${setting}"
	done
	[[ ${EBUILD_PHASE} == preinst || ${EBUILD_PHASE_FUNC} == src_* || ${EBUILD_PHASE} == setup ]] || unset -v D ED
	if (( __CAN_PORTDIR_VARIABLE )); then
		declare -g ${export} "PORTDIR=${__E_EBUILD%/*/*/*}" "ECLASSDIR=${__E_ECLASS_DIRS%%$'\n'*}"
	fi
	if (( __CAN_ENV_UNSET )); then
		# shellcheck disable=SC2086
		[[ -z ${ENV_UNSET-} ]] || unset -v ${ENV_UNSET}
	fi
	export TMPDIR=${__E_T} HOME=${__E_HOME}
	local __libdir_name
	__libdir
	export __E_LIBDIR=${__libdir_name:-lib}
}

# Initial working directory. Source: PMS, "Initial working directories".
__enter_phase_directory() {
	local target
	case ${1} in
		unpack) target=${WORKDIR} ;;
		prepare | configure | compile | test | install) __source_directory "${1}" ;;
		*)
			target=${__E_T}/empty
			[[ -d ${target} ]] || mkdir -p "${target}"
			;;
	esac
	cd "${target}" || die "cannot enter \`${target}\`"
}

# S, or WORKDIR where the EAPI allows it: nothing to unpack and no phase so far that could have made S.
__source_directory() {
	target=${S}
	[[ -d ${S} ]] && return 0
	target=${WORKDIR}
	(( __CAN_WORKDIR_FALLBACK )) && return 0
	local phase
	[[ -z ${A} ]] || die "the source directory \`${S}\` does not exist; S may have to be set in the ebuild"
	for phase in unpack prepare configure compile test install; do
		if [[ " ${__defined_phases} " == *" ${phase} "* ]]; then
			die "the source directory \`${S}\` does not exist; S may have to be set in the ebuild"
		fi
		[[ ${phase} == "${1}" ]] && return 0
	done
}

__prepare_image() {
	# the phase may be run again, by hand
	local file
	local -a found
	shopt -s nullglob dotglob
	found=("${__E_D}"/*)
	shopt -u nullglob dotglob
	(( ${#found[@]} == 0 )) || find "${__E_D}" -mindepth 1 -delete
	mkdir -p "${__E_ED}"
	for file in "${__E_BUILD_INFO}"/{docompress,docompress-exclude,dostrip,dostrip-exclude,owners,capabilities}; do
		[[ ! -e ${file} ]] || rm -f "${file}"
	done
	__reset_destinations
}

# Shell options, umask and separators do not survive a phase.
__reset_shell() {
	set +efu
	shopt -u failglob nullglob nocasematch nocaseglob dotglob
	IFS=$' \t\n'
	umask 022
	unset -v __NONFATAL
}

__check_user_patches() {
	(( __CAN_EAPPLY )) || return 0
	[[ -e ${__E_T}/.eapply_user_called ]] && return 0
	die "src_prepare has to call eapply_user or default"
}
