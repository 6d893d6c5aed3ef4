# die and its relatives. Source: PMS, "Failure behaviour" and "Error commands".
# `die` has to end the whole build from any depth: subshells, pipes, and the external helpers that xargs or make start.
# It reports the message once and signals the main shell (__EBUILD_SHELL), which leaves as soon as its foreground command ends.

die() {
	if [[ ${1} == -n ]] && (( __CAN_DIE_N )); then
		shift
		if [[ -n ${__NONFATAL} ]]; then
			[[ $# -gt 0 ]] && eerror "$*"
			return 1
		fi
	fi
	set +e
	local message=${*:-(no message)}
	__report_death "${message}"
	__run_hooks EBUILD_DEATH_HOOKS "$@" >&2
	if [[ -n ${__EBUILD_SHELL} && ${__EBUILD_SHELL} != "${BASHPID}" ]]; then
		kill -USR1 "${__EBUILD_SHELL}" 2>/dev/null
		exit 1
	fi
	__end_here
}

# What the main shell does when all is lost. A replaceable step: a shell with a person in front of it goes on.
__end_here() {
	exit 1
}

# Prints what happened and where, and tells the engine.
__report_death() {
	local phase=${EBUILD_PHASE:-source}
	__event die "${1}"
	{
		printf ' %s*%s ERROR: %s::%s failed (%s phase):\n' "${__color_bad}" "${__color_off}" \
			"${__E_CATEGORY}/${__E_PF}" "${__E_REPOSITORY}" "${phase}"
		local line
		while IFS= read -r line; do
			printf ' %s*%s   %s\n' "${__color_bad}" "${__color_off}" "${line}"
		done <<< "${1}"
		__print_call_chain
	} >&2
}

# The way from the phase function down to `die`; frames of the runtime itself are left out.
__print_call_chain() {
	local -i frame shown=0
	for (( frame = ${#FUNCNAME[@]} - 1; frame > 0; frame-- )); do
		local file=${BASH_SOURCE[frame]} function=${FUNCNAME[frame - 1]}
		[[ ${file} == "${__RUNTIME}"/* || ${function} == __* ]] && continue
		(( shown++ == 0 )) && printf ' %s*%s Called by:\n' "${__color_bad}" "${__color_off}"
		printf ' %s*%s   %s, line %d: %s\n' "${__color_bad}" "${__color_off}" \
			"${file##*/}" "${BASH_LINENO[frame - 1]}" "${function}"
	done
}

assert() {
	local -a statuses=("${PIPESTATUS[@]}")
	local -i status
	for status in "${statuses[@]}"; do
		(( status )) || continue
		die "${@:-a command of the pipe failed with status ${status}}"
		return
	done
	return 0
}

pipestatus() {
	local -a statuses=("${PIPESTATUS[@]}")
	local -i status result=0
	[[ ${1} == -v ]] && echo "${statuses[*]}"
	for status in "${statuses[@]}"; do
		(( status )) && result=${status}
	done
	return "${result}"
}

nonfatal() {
	(( __CAN_NONFATAL )) || die "nonfatal: not available in EAPI ${EAPI}"
	(( $# )) || die "nonfatal: needs a command"
	local -x __NONFATAL=1
	"$@"
}

# __failed COMMAND MESSAGE: what a command does when it fails, as the EAPI has it
__failed() {
	if (( __CAN_DIE_IN_HELPERS )) && [[ -z ${__NONFATAL} ]]; then
		die "${1}: ${2}"
	fi
	eerror "${1}: ${2}"
	return 1
}

# Makes the commands that the EAPI bans fail. External ones are shadowed by functions.
__ban_commands() {
	local name
	for name in ${__EAPI_BANNED}; do
		eval "${name}() { die \"${name}: banned in EAPI \${EAPI}\"; }"
	done
}

# Functions that eclasses and bashrc files want run when a phase ends well or badly; their names stand in
# EBUILD_SUCCESS_HOOKS and EBUILD_DEATH_HOOKS. Source: Portage's bashrc functions.
register_die_hook() { EBUILD_DEATH_HOOKS+=" $*"; }
register_success_hook() { EBUILD_SUCCESS_HOOKS+=" $*"; }

# __run_hooks VARIABLE ARGUMENTS: each once, however often it was registered; a hook that dies does not run them again
__run_hooks() {
	local -A __seen=()
	local __hook __hooks=${!1-}
	unset -v "${1}"
	shift
	for __hook in ${__hooks}; do
		[[ -z ${__seen[${__hook}]-} ]] && declare -F "${__hook}" > /dev/null && "${__hook}" "$@"
		__seen[${__hook}]=1
	done
	return 0
}
