# How many things a build does at once. The engine shares the processors of the machine between all packages: this one has
# one, and may do more while it holds tokens out of a FIFO, as make's job server does it. Source: GNU make manual, "Sharing
# Job Slots with GNU make". Without the FIFO everybody goes by MAKEOPTS.

# __job_option WORD…: the number of the last -j among the words; 0: without a limit; nothing: there is none
__job_option() {
	local found= word
	while (( $# )); do
		word=${1}
		shift
		case ${word} in
			-j | --jobs)
				found=0
				[[ ${1} =~ ^[0-9]+$ ]] && found=${1}
				;;
			-j* | --jobs=*)
				word=${word#-j}
				found=${word#--jobs=}
				;;
		esac
	done
	printf '%s' "${found}"
}

# __without_jobs WORD…: fills REPLY with the words that are no -j
__without_jobs() {
	REPLY=()
	while (( $# )); do
		case ${1} in
			-j | --jobs) [[ ${2} =~ ^[0-9]+$ ]] && shift ;;
			-j* | --jobs=*) ;;
			*) REPLY+=("${1}") ;;
		esac
		shift
	done
}

# Opens the FIFO and tells make and all that speak its language (cargo, gcc -flto, newer ninja) in MAKEFLAGS.
__open_jobs() {
	[[ -n ${__E_COMPILE_CACHE} ]] && export __E_COMPILE_THROUGH=${__RUNTIME}/build-tools/compile
	# what finds ccache by itself must not fill a cache that goes away with the work folder
	export CCACHE_DISABLE=1
	[[ -p ${__E_TOKENS} ]] || return 0
	PATH=${__RUNTIME}/build-tools/bin:${PATH}
	local auth=fifo:${__E_TOKENS}
	if [[ -z ${__E_MAKE_TAKES_FIFO} ]]; then
		exec {__TOKENS_IN}< "${__E_TOKENS}" {__TOKENS_OUT}> "${__E_RETURNS}"
		auth=${__TOKENS_IN},${__TOKENS_OUT}
	fi
	# shellcheck disable=SC2086
	export MAKEFLAGS=" -j$(__job_option ${MAKEOPTS}) --jobserver-auth=${auth}"
}
