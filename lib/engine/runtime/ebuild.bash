#!/bin/bash
# Runs phases of one ebuild: ebuild.bash SETTINGS PHASE…
# SETTINGS is a file of assignments written by the engine: __E_* for the runtime, exported variables for the ebuild.
# Descriptor 3 takes events, descriptor 4 brings answers to has_version.

export __RUNTIME=${BASH_SOURCE[0]%/*}
for __part in eapi event messages failure lists version inherit use query archive patch build destinations defaults \
	bashrc compress environment phases build-info; do
	source "${__RUNTIME}/lib/${__part}.bash" || exit 2
done

exec 2>&1 {__EVENT_FD}>&3 3>&- {__ANSWER_FD}<&4 4<&-
export __EVENT_FD __EBUILD_SHELL=${BASHPID} __NONFATAL
trap 'exit 1' USR1
trap __report_usage EXIT

# CPU time of this shell and of all that it waited for, as the builtin `times` prints it. It has to run in this shell.
__report_usage() {
	local -a lines=()
	times > "${__E_T}/.times" && mapfile -t lines < "${__E_T}/.times" && __event usage "${lines[@]}"
	rm -f "${__E_T}/.times"
}

source "${1}" || exit 2
shift
__remember_runtime_functions
# The tools of this folder stand in for Gentoo's own where the build machine has none.
PATH=${__RUNTIME}/helpers:${PATH}:${__RUNTIME}/host-tools
umask 022

__eapi_load "${__E_EAPI}" || die "EAPI \`${__E_EAPI}\` is not supported"
(( __CAN_BUILD )) || die "EAPI ${__E_EAPI} is too old: its ebuilds can be read but not built"
if (( BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < ${__EAPI_BASH_COMPAT/./0} + 0 )); then
	die "EAPI ${__E_EAPI} needs bash ${__EAPI_BASH_COMPAT}, this is ${BASH_VERSION%%(*}"
fi
__EBUILD_EAPI=${__E_EAPI}
EAPI=${__E_EAPI} CATEGORY=${__E_CATEGORY} PF=${__E_PF} PN=${__E_PN} PV=${__E_PV} PR=${__E_PR} PVR=${__E_PVR} P=${__E_PN}-${__E_PV}
(( __CAN_EXPORT_VARIABLES )) && export EAPI CATEGORY PF PN PV PR PVR P
export EBUILD_PHASE=${1} __E_PHASE=${1}
__set_phase_variables "${1}"
__ban_commands
__remove_absent_commands
__eapi_shell_options

if [[ -n ${__E_ENVIRONMENT} ]]; then
	__plain_environment "${__E_ENVIRONMENT}"
	source "${__plain}" || die "the saved environment is damaged"
	__find_defined_phases
else
	S=${WORKDIR}/${P}
	mkdir -p "${__E_WORKDIR}" "${__E_T}" "${__E_HOME}" "${__E_BUILD_INFO}"
	cd "${__E_T}" || exit 2
	__source_bashrcs
	__has_sourced_bashrcs=1
	# outside of any function, or what the ebuild declares would be local to it
	__begin_ebuild
	source "${__E_EBUILD}" || die "sourcing the ebuild ended with status $?"
	__end_ebuild
	__find_defined_phases
fi
__reset_shell

for __phase; do
	__run_phase "${__phase}"
	if [[ ${__phase} == install ]]; then
		__compress_image
		__write_build_info
	fi
done
__event done
exit 0
