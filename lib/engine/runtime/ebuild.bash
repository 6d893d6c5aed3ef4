#!/bin/bash
# Runs phases of one ebuild: ebuild.bash SETTINGS PHASE…
# SETTINGS is a file of assignments written by the engine: __E_* for the runtime, exported variables for the ebuild.
# Descriptor 3 takes events, descriptor 4 brings answers to has_version.

export __RUNTIME=${BASH_SOURCE[0]%/*}
# CPU time of this shell and of all that it waited for, as the builtin `times` prints it. It has to run in this shell.
__report_usage() {
	local -a lines=()
	times > "${__E_T}/.times" && mapfile -t lines < "${__E_T}/.times" && __event usage "${lines[@]}"
}

exec 2>&1 {__EVENT_FD}>&3 3>&- {__ANSWER_FD}<&4 4<&-
trap 'exit 1' USR1
trap __report_usage EXIT
__settings=${1} __first_phase=${2}
shift
source "${__RUNTIME}/lib/begin.bash"

for __phase; do
	__run_phase "${__phase}"
	__keep_variables
	if [[ ${__phase} == install ]]; then
		__compress_image
		__write_build_info
	fi
done
__event done
exit 0
