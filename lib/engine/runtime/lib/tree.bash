# Installing files and, when asked, directories below a directory of the image. What cannot be installed is told at the
# end, after all that can.

__tree_problem=

# install_tree RECURSIVE OPTIONS DIRECTORY PATH…
install_tree() {
	install_entries "$@"
	[[ -z ${__tree_problem} ]] || fail "${__tree_problem}"
}

tree_problem() { __tree_problem=${__tree_problem:-${1}}; }

install_entries() {
	local recursive=${1} options=${2} directory=${3%/} path
	shift 3
	local -a plain=()
	for path; do
		while [[ ${path} == */ && ${path} != / ]]; do path=${path%/}; done
		if [[ -L ${path} ]] && (( __CAN_DOINS_SYMLINKS )); then
			install_link "${path}" "${directory}"
		elif [[ -d ${path} ]]; then
			if [[ -n ${recursive} ]]; then
				install_directory "${options}" "${directory}" "${path}"
			else
				tree_problem "\`${path}\` is a directory, and -r is not given"
			fi
		elif [[ -e ${path} ]]; then
			plain+=("${path}")
		else
			tree_problem "\`${path}\` does not exist"
		fi
	done
	(( ${#plain[@]} )) || return 0
	put_files "${options}" "${directory}" "${plain[@]}" || tree_problem "cannot install into \`${directory:-/}\`"
}

install_link() {
	local target
	target=$(image_path "${2}/${1##*/}")
	rm -f -- "${target}"
	cp -P -- "${1}" "${target}" || tree_problem "cannot install the link \`${1}\`"
}

install_directory() {
	local below=${2}/${3##*/}
	# `doins -r .` means the content of the directory
	[[ ${3##*/} == . || ${3##*/} == .. ]] && below=${2}
	make_dir "${below}"
	local -a entries=()
	shopt -s nullglob dotglob
	entries=("${3}"/*)
	shopt -u nullglob dotglob
	(( ${#entries[@]} )) || return 0
	install_entries 1 "${1}" "${below}" "${entries[@]}"
}
