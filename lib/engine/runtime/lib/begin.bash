# What comes before the phases of an ebuild, and before a shell among them: the settings, the switches of the EAPI, the
# ebuild. Sourced outside of any function, or what the ebuild declares would be local to it.
# __settings: file of assignments; __first_phase: the phase that comes first.

for __part in eapi event messages failure lists version inherit use query archive patch build destinations defaults \
	bashrc compress environment phases build-info jobs near-helpers; do
	source "${__RUNTIME}/lib/${__part}.bash" || exit 2
done
export __EVENT_FD __EBUILD_SHELL=${BASHPID} __NONFATAL

source "${__settings}" || exit 2
__remember_runtime_functions
# The tools of this folder stand in for Gentoo's own where the build machine has none.
PATH=${__RUNTIME}/helpers:${PATH}:${__RUNTIME}/host-tools
__open_jobs
umask 022

__eapi_load "${__E_EAPI}" || die "EAPI \`${__E_EAPI}\` is not supported"
(( __CAN_BUILD )) || die "EAPI ${__E_EAPI} is too old: its ebuilds can be read but not built"
if (( BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < ${__EAPI_BASH_COMPAT/./0} + 0 )); then
	die "EAPI ${__E_EAPI} needs bash ${__EAPI_BASH_COMPAT}, this is ${BASH_VERSION%%(*}"
fi
__EBUILD_EAPI=${__E_EAPI}
EAPI=${__E_EAPI} CATEGORY=${__E_CATEGORY} PF=${__E_PF} PN=${__E_PN} PV=${__E_PV} PR=${__E_PR} PVR=${__E_PVR} P=${__E_PN}-${__E_PV}
(( __CAN_EXPORT_VARIABLES )) && export EAPI CATEGORY PF PN PV PR PVR P
export EBUILD_PHASE=${__first_phase} __E_PHASE=${__first_phase}
__set_phase_variables "${__first_phase}"
__ban_commands
__remove_absent_commands
__eapi_shell_options
__remember_plain_shell

if [[ -n ${__E_ENVIRONMENT} ]]; then
	__plain_environment "${__E_ENVIRONMENT}"
	source "${__plain}" || die "the saved environment is damaged"
	__find_defined_phases
else
	S=${WORKDIR}/${P}
	[[ -d ${__E_WORKDIR} && -d ${__E_T} && -d ${__E_HOME} && -d ${__E_BUILD_INFO} ]] ||
		mkdir -p "${__E_WORKDIR}" "${__E_T}" "${__E_HOME}" "${__E_BUILD_INFO}"
	cd "${__E_T}" || exit 2
	__source_bashrcs
	__has_sourced_bashrcs=1
	# outside of any function, or what the ebuild declares would be local to it
	__begin_ebuild
	source "${__E_EBUILD}" || die "sourcing the ebuild ended with status $?"
	__end_ebuild
	__find_defined_phases
	if [[ -n ${__E_CONTINUES} && -f ${__E_T}/variables ]]; then
		__kept_variables > "${__E_T}/.kept"
		source "${__E_T}/.kept"
		rm -f "${__E_T}/.kept"
	fi
fi
__reset_shell
