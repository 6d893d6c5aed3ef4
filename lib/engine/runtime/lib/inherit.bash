# inherit and EXPORT_FUNCTIONS. Source: PMS, chapter "Eclasses".
# __E_ECLASS_DIRS holds the eclass directories, the one that wins first, one per line.

# INHERIT: eclasses the ebuild names itself; INHERITED: all, in the order in which they were finished being loaded first.
declare -A __ECLASS_FILES=()
declare -i __inherit_depth=0

# Eclasses of more than 4 MiB, which take all time or memory to read, by file; each directory is measured once.
declare -A __GIANT_ECLASSES=() __MEASURED_DIRS=()

__measure_eclasses() {
	local file
	__MEASURED_DIRS[${1}]=1
	while IFS= read -r file; do
		__GIANT_ECLASSES[${file}]=1
	done < <(find -L "${1}" -maxdepth 1 -name '*.eclass' -size +4096k 2> /dev/null)
}

# Files found before, by directories and name.
declare -A __FOUND_ECLASSES=()

# Sets __eclass_file to the file that wins, or __eclass_problem to why there is none. One that is there and cannot be taken is
# not passed over: an eclass of a master would stand in for it without a word.
__eclass_path() {
	__eclass_file=${__FOUND_ECLASSES[${__E_ECLASS_DIRS}/${1}]-}
	[[ -z ${__eclass_file} ]] || return 0
	local dir
	local -a dirs
	# no here-document: bash would read it from a pipe, byte by byte
	dir=${__E_ECLASS_DIRS}
	while [[ ${dir} == *$'\n'* ]]; do
		dirs+=("${dir%%$'\n'*}")
		dir=${dir#*$'\n'}
	done
	dirs+=("${dir}")
	for dir in "${dirs[@]}"; do
		[[ -z ${dir} || -v __MEASURED_DIRS[${dir}] ]] || __measure_eclasses "${dir}"
		__eclass_file=${dir}/${1}.eclass
		[[ -e ${__eclass_file} || -L ${__eclass_file} ]] || continue
		__eclass_problem=
		if [[ -v __GIANT_ECLASSES[${__eclass_file}] ]]; then
			__eclass_problem="is too large: at most 4 MiB are read"
		elif [[ ! -f ${__eclass_file} ]]; then
			__eclass_problem="is not a regular file inside its repository"
		elif [[ ! -r ${__eclass_file} ]]; then
			__eclass_problem="cannot be read: permission denied"
		else
			__FOUND_ECLASSES[${__E_ECLASS_DIRS}/${1}]=${__eclass_file}
			return 0
		fi
		__eclass_problem="the eclass \`${__eclass_file}\` ${__eclass_problem}"
		return 1
	done
	__eclass_problem="there is no eclass \`${1}\` in the repositories of this ebuild"
	return 1
}

# The variables that eclasses add to instead of setting. __have_accumulated asks whether any of them is set.
__accumulated_variables() {
	__accumulated=(IUSE REQUIRED_USE DEPEND BDEPEND RDEPEND PDEPEND IDEPEND)
	(( __CAN_ACCUMULATE_RESTRICT )) && __accumulated+=(PROPERTIES RESTRICT)
	return 0
}

__have_accumulated() {
	[[ -n ${IUSE+x}${REQUIRED_USE+x}${DEPEND+x}${BDEPEND+x}${RDEPEND+x}${PDEPEND+x}${IDEPEND+x} ]] && return 0
	(( __CAN_ACCUMULATE_RESTRICT )) && [[ -n ${PROPERTIES+x}${RESTRICT+x} ]]
}

inherit() {
	(( $# )) || die "inherit: names no eclass"
	# the names of locals must not meet those of the eclass, which runs inside this scope
	local __outer=${ECLASS-} __outer_exports=${__exports-} __eclass_file __eclass_problem __name
	(( __inherit_depth++ == 0 )) && INHERIT+="${INHERIT:+ }$*"
	for __name; do
		__exports=
		__inherit_one "${__name}"
		[[ -z ${__exports} ]] || __define_exports "${__name}"
	done
	__inherit_depth+=-1
	__exports=${__outer_exports}
	if [[ -n ${__outer} ]]; then
		export ECLASS=${__outer}
	else
		unset ECLASS
	fi
}

# What the file sets is caught apart from what the ebuild (or an outer eclass) has set. An ebuild inherits dozens of eclasses,
# most of which set nothing here, and are inherited while nothing is set.
__inherit_one() {
	__eclass_path "${1}" || die "inherit: ${__eclass_problem}"
	export ECLASS=${1}
	__ECLASS_FILES[${1}]=${__eclass_file}
	if __have_accumulated; then
		__source_beside "${__eclass_file}"
	else
		__source_eclass "${__eclass_file}"
		! __have_accumulated || __take_accumulated
	fi
	[[ " ${INHERITED} " == *" ${1} "* ]] || INHERITED+="${INHERITED:+ }${1}"
}

# Puts what the eclass has set to what the others before it did, and unsets it.
__take_accumulated() {
	local __variable
	for __variable in "${__accumulated[@]}"; do
		if [[ -n ${!__variable-} ]]; then
			local __total=__ECLASS_${__variable}
			printf -v "${__total}" '%s' "${!__total:+${!__total} }${!__variable}"
		fi
		unset -v "${__variable}"
	done
}

# Sources an eclass with none of the variables set, and gives them back.
__source_beside() {
	local __variable __saved
	for __variable in "${__accumulated[@]}"; do
		__saved=__outer_${__variable}
		local "${__saved}"
		if [[ -v ${__variable} ]]; then
			printf -v "${__saved}" '%s' "=${!__variable}"
		fi
	done
	unset -v "${__accumulated[@]}"

	__source_eclass "${1}"

	! __have_accumulated || __take_accumulated
	for __variable in "${__accumulated[@]}"; do
		__saved=__outer_${__variable}
		[[ -n ${!__saved} ]] && printf -v "${__variable}" '%s' "${!__saved#=}"
	done
	return 0
}

# A replaceable step: the metadata phase keeps parsed eclasses.
__source_eclass() {
	source "${1}"
}

EXPORT_FUNCTIONS() {
	[[ -n ${ECLASS} ]] || die "EXPORT_FUNCTIONS: only eclasses may call it"
	__exports+=" $*"
}

__define_exports() {
	local phase
	for phase in ${__exports}; do
		declare -F "${1}_${phase}" > /dev/null || die "EXPORT_FUNCTIONS: \`${1}_${phase}\` is not defined in ${1}.eclass"
		eval "${phase}() { ${1}_${phase} \"\$@\"; }"
	done
}

# Puts what the eclasses collected behind what the ebuild itself set.
__append_eclass_values() {
	local variable total
	if (( __CAN_IMPLICIT_RDEPEND )) && [[ ! -v RDEPEND ]]; then
		RDEPEND=${DEPEND-}
	fi
	for variable in "${__accumulated[@]}"; do
		total=__ECLASS_${variable}
		[[ -n ${!total-} ]] && printf -v "${variable}" '%s' "${!variable:+${!variable} }${!total}"
		unset -v "${total}"
	done
	return 0
}

# __source_ebuild FILE: the global scope of an ebuild, as every phase and the metadata phase see it.
__source_ebuild() {
	__begin_ebuild
	source "${1}" || die "sourcing the ebuild ended with status $?"
	__end_ebuild
}

__begin_ebuild() {
	unset -v INHERIT INHERITED ECLASS DEPEND RDEPEND PDEPEND BDEPEND IDEPEND IUSE REQUIRED_USE RESTRICT PROPERTIES \
		SRC_URI SLOT KEYWORDS LICENSE DESCRIPTION HOMEPAGE EAPI
	INHERITED= INHERIT=
	__accumulated_variables
	(( __CAN_FAILGLOB )) && shopt -s failglob
	return 0
}

__end_ebuild() {
	shopt -u failglob
	__append_eclass_values
	EAPI=${EAPI:-0}
	[[ ${EAPI} == "${__EBUILD_EAPI}" ]] ||
		die "EAPI is \`${EAPI}\` after sourcing but its line says \`${__EBUILD_EAPI}\`"
	(( __CAN_BDEPEND )) || unset -v BDEPEND
	(( __CAN_IDEPEND )) || unset -v IDEPEND
	(( __CAN_REQUIRED_USE )) || unset -v REQUIRED_USE
	return 0
}
