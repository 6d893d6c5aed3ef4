# try: takes all memory
# outcome: any
EAPI=8
inherit hostile
everything=$(head -c 20G /dev/zero | tr '\0' 'm')
