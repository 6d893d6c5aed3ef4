# What profile and configuration have run before each phase: every profile.bashrc, then etc/portage/bashrc, then the files
# of etc/portage/env/CATEGORY for the package. They may define pre_ and post_ functions around the phases.
# Source: PMS 5.2.5 (profile.bashrc is beyond it), portage(5).

# __source_bashrcs: in the directory where the caller stands
__source_bashrcs() {
	local __file __name
	local -a __files=()
	[[ -z ${__E_BASHRCS} ]] || mapfile -t __files <<< "${__E_BASHRCS}"
	if [[ -n ${__E_CONFIGROOT} ]]; then
		__files+=("${__E_CONFIGROOT}"/etc/portage/{profile/profile.bashrc,bashrc})
		for __name in "${__E_PN}" "${__E_PN}:${__E_SLOT%/*}" "${__E_PN}-${__E_PV}" "${__E_PF}"; do
			[[ ${__files[-1]} == */"${__name}" ]] || __files+=("${__E_CONFIGROOT}/etc/portage/env/${__E_CATEGORY}/${__name}")
		done
	fi
	for __file in "${__files[@]}"; do
		[[ -f ${__file} ]] || continue
		[[ -r ${__file} ]] || die "\`${__file}\` cannot be read"
		source "${__file}"
	done
	return 0
}

# __call_if_defined FUNCTION
__call_if_defined() {
	declare -F "${1}" > /dev/null || return 0
	"${1}"
}

# __hooked_phases: the phases of a merge around which there are functions
__hooked_phases() {
	local phase
	for phase in preinst postinst prerm postrm; do
		if declare -F "pre_pkg_${phase}" > /dev/null || declare -F "post_pkg_${phase}" > /dev/null; then
			echo "${phase}"
		fi
	done
}
