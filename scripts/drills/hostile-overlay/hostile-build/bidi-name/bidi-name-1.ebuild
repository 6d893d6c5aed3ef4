# try: file names with bidirectional text, terminal escapes and leading dashes
# outcome: any
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${ED}/usr/share"
	touch "${ED}/usr/share/"$'\u202egpj.exe' "${ED}/usr/share/"$'\e]0;owned\a' "${ED}/usr/share/--checkpoint-action=exec=sh" \
		"${ED}/usr/share/@response" "${ED}/usr/share/-rf" "${ED}/usr/share/a -> b" || die
}
