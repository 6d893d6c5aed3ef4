# USE list functions. Source: PMS, "USE list functions".
# __E_USE: every enabled flag; __E_IUSE_IMPLICIT: flags that are known without being in IUSE.

# __flag_enabled FLAG: FLAG may be negated
__flag_enabled() {
	local flag=${1#!} negated=
	[[ ${1} == '!'* ]] && negated=1
	[[ -n ${flag} ]] || die "${FUNCNAME[1]}: empty USE flag"
	# what was checked when the package was built is not checked again from its saved environment
	if (( __CAN_STRICT_USE )) && [[ -z ${__E_ENVIRONMENT} ]] && ! __flag_known "${flag}"; then
		die "USE flag \`${flag}\` is not in IUSE of ${__E_CATEGORY}/${__E_PF}"
	fi
	if [[ " ${__E_USE} " == *" ${flag} "* ]]; then
		[[ -z ${negated} ]]
	else
		[[ -n ${negated} ]]
	fi
}

# In IUSE, or one that the profile adds implicitly (IUSE_EFFECTIVE, PMS 11.1.1). The engine knows those that are off.
__flag_known() {
	local word
	for word in ${IUSE}; do
		[[ ${word#[+-]} == "${1}" ]] && return 0
	done
	[[ " ${__E_IUSE_IMPLICIT} " == *" ${1} "* ]] && return 0
	[[ $(__ask flag "${1}") == yes ]]
}

use() { __flag_enabled "${1}"; }

useq() { __flag_enabled "${1}"; }

usev() {
	__flag_enabled "${1}" || return
	if (( $# > 1 && __CAN_USEV_VALUE )); then
		echo "${2}"
	else
		echo "${1#!}"
	fi
}

usex() {
	(( __CAN_USEX )) || die "usex: not available in EAPI ${EAPI}"
	if __flag_enabled "${1}"; then
		echo "${2-yes}${4-}"
	else
		echo "${3-no}${5-}"
	fi
}

# __use_option ENABLED-WORD DISABLED-WORD FLAG [OPTION] [VALUE]
__use_option() {
	local yes=${1} no=${2} flag=${3} name=${4:-${3#!}} value=
	shift 2
	if (( $# >= 3 )) && { (( __CAN_EMPTY_USE_VALUE )) || [[ -n ${3} ]]; }; then
		value="=${3}"
	fi
	if __flag_enabled "${flag}"; then
		echo "--${yes}-${name}${value}"
	else
		echo "--${no}-${name}"
	fi
	return 0
}

use_with() { __use_option with without "$@"; }

use_enable() { __use_option enable disable "$@"; }

in_iuse() {
	(( __CAN_IN_IUSE )) || die "in_iuse: not available in EAPI ${EAPI}"
	__flag_known "${1}"
}
