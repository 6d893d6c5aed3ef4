# try: 10 GB of text on standard error
# outcome: any
EAPI=8
inherit hostile
head -c 10G /dev/zero | tr '\0' 'e' >&2
