# Reads Mozilla's certdata.txt and prints, as PEM, every certificate that may vouch for servers.
# A certificate and what it is trusted for are two objects in that file; issuer and serial number tie them together.
# Needs gawk (strtonum).

BEGIN {
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}

/^CKA_CLASS / { class = $3; delete value }
/^CKA_LABEL / { label = $0; sub(/^[^"]*"/, "", label); sub(/"$/, "", label) }

$2 == "MULTILINE_OCTAL" {
	octal = ""
	while ((getline line) > 0 && line != "END") octal = octal line
	value[$1] = octal
	if (class == "CKO_CERTIFICATE" && $1 == "CKA_VALUE") {
		key = value["CKA_ISSUER"] "/" value["CKA_SERIAL_NUMBER"]
		order[++count] = key
		certificate[key] = octal
		title[key] = label
	}
}

/^CKA_TRUST_SERVER_AUTH / && $3 == "CKT_NSS_TRUSTED_DELEGATOR" {
	trusted[value["CKA_ISSUER"] "/" value["CKA_SERIAL_NUMBER"]] = 1
}

# `\060\202...` to base64, 64 characters a line
function base64(octal,   digits, bytes, i, bits, out, column, text) {
	bytes = split(substr(octal, 2), digits, "\\")
	out = ""
	for (i = 1; i <= bytes; i += 3) {
		bits = strtonum("0" digits[i]) * 65536
		if (i + 1 <= bytes) bits += strtonum("0" digits[i + 1]) * 256
		if (i + 2 <= bytes) bits += strtonum("0" digits[i + 2])
		out = out substr(alphabet, int(bits / 262144) + 1, 1) substr(alphabet, int(bits / 4096) % 64 + 1, 1)
		out = out (i + 1 <= bytes ? substr(alphabet, int(bits / 64) % 64 + 1, 1) : "=")
		out = out (i + 2 <= bytes ? substr(alphabet, bits % 64 + 1, 1) : "=")
	}
	text = ""
	for (column = 1; column <= length(out); column += 64) text = text substr(out, column, 64) "\n"
	return text
}

END {
	for (i = 1; i <= count; i++) {
		key = order[i]
		if (!(key in trusted)) continue
		printf "# %s\n-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n", title[key], base64(certificate[key])
	}
}
