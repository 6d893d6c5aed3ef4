# eapply and eapply_user. Source: PMS, "Patch commands", algorithm "eapply logic".

eapply() {
	local -a options=() files=()
	__eapply_arguments "$@" || return
	(( ${#files[@]} )) || { __failed eapply "names no file"; return; }

	local file patch
	for file in "${files[@]}"; do
		if [[ -d ${file} ]]; then
			local -a patches=()
			__patches_of "${file}"
			(( ${#patches[@]} )) || { __failed eapply "no *.patch or *.diff in \`${file}\`"; return; }
			einfo "Applying patches from ${file} ..."
			for patch in "${patches[@]}"; do
				__eapply_one "${patch}" || return
			done
		else
			__eapply_one "${file}" || return
		fi
	done
	return 0
}

__eapply_arguments() {
	local argument
	if has -- "$@"; then
		while [[ ${1} != -- ]]; do
			options+=("${1}")
			shift
		done
		shift
		files=("$@")
		return 0
	fi
	for argument; do
		if [[ ${argument} != -* ]]; then
			files+=("${argument}")
		elif (( ${#files[@]} )); then
			__failed eapply "option \`${argument}\` stands behind a file"
			return
		else
			options+=("${argument}")
		fi
	done
	return 0
}

__patches_of() {
	local LC_ALL=C file
	for file in "${1}"/*; do
		[[ ${file} == *.patch || ${file} == *.diff ]] && patches+=("${file}")
	done
	return 0
}

__eapply_one() {
	ebegin "Applying ${1##*/}"
	local output
	output=$(patch -p1 -f -g0 --no-backup-if-mismatch "${options[@]}" < "${1}" 2>&1)
	local -i status=$?
	if (( status )); then
		printf '%s\n' "${output}" >&2
		eend 1
		__failed eapply "\`${1##*/}\` does not apply"
		return
	fi
	eend 0
}

# The patches of the user: etc/portage/patches/CATEGORY/ with PN, P and P-PR, each also with :SLOT. They are applied in the
# order of their names; of equal names the closest folder counts, and an empty file takes one away. Source: portage(5).
eapply_user() {
	[[ ${EBUILD_PHASE} == prepare ]] || die "eapply_user: belongs into src_prepare"
	[[ ! -e ${__E_T}/.eapply_user_called ]] || return 0
	: > "${__E_T}/.eapply_user_called"
	[[ -n ${__E_CONFIGROOT} ]] || return 0
	local base=${__E_CONFIGROOT}/etc/portage/patches/${__E_CATEGORY} name folder file
	local -A closest=()
	for name in "${__E_PN}" "${__E_PN}-${__E_PV}" "${__E_PN}-${__E_PV}-${__E_PR}"; do
		for folder in "${base}/${name}" "${base}/${name}:${__E_SLOT%/*}"; do
			[[ -e ${folder} || -L ${folder} ]] || continue
			[[ -d ${folder} && -r ${folder} && -x ${folder} ]] || die "eapply_user: \`${folder}\` is no folder that can be read"
			for file in "${folder}"/*; do
				[[ ${file} == *.patch || ${file} == *.diff ]] || continue
				[[ -f ${file} && -r ${file} || ${file} -ef /dev/null ]] || die "eapply_user: \`${file}\` cannot be read"
				closest[${file##*/}]=${file}
			done
		done
	done
	(( ${#closest[@]} )) || return 0
	while IFS= read -r -d '' name; do
		[[ -n ${name} && -s ${closest[${name}]} ]] || continue
		einfo "Patch of the user: ${closest[${name}]#"${__E_CONFIGROOT}"/}"
		eapply -- "${closest[${name}]}" || return
	done < <(printf '%s\0' "${!closest[@]}" | LC_ALL=C sort -z)
	return 0
}
