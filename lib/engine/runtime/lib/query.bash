# has_version and best_version, and the one way to ask the engine anything. The question goes to the engine as an event and the answer comes back over a second
# descriptor; a lock keeps the answers of parallel questions apart.

# __ask KIND FIELD…: prints the answer of the engine
__ask() {
	local answer=
	[[ -n ${__ANSWER_FD} ]] || die "${1}: cannot be asked in this phase"
	{
		flock 9
		__event "$@"
		IFS= read -r -u "${__ANSWER_FD}" answer
	} 9> "${__E_T}/.question.lock"
	[[ ${answer} == '!'* ]] && die "has_version: ${answer#!}"
	printf '%s' "${answer}"
}

# __query_root COMMAND ARGUMENTS: sets __root and __atom
__query_root() {
	local command=${1}
	shift
	__root=root
	case ${1} in
		-r) (( __CAN_QUERY_BDR )) && shift ;;
		-d) (( __CAN_QUERY_BDR )) && __root=sysroot && shift ;;
		-b) (( __CAN_QUERY_BDR )) && __root=broot && shift ;;
		--host-root) (( __CAN_QUERY_HOST_ROOT )) && __root=broot && shift ;;
	esac
	[[ ${1} != -* ]] || die "${command}: option \`${1}\` is not available in EAPI ${EAPI}"
	(( $# == 1 )) || die "${command}: takes one atom, got $#"
	__atom=${1}
}

has_version() {
	local __root __atom answer
	__query_root has_version "$@"
	answer=$(__ask query "${__root}" "${__atom}")
	[[ -n ${answer} ]]
}

best_version() {
	local __root __atom answer
	__query_root best_version "$@"
	answer=$(__ask query "${__root}" "${__atom}")
	echo "${answer}"
	[[ -n ${answer} ]]
}
