# try: description of 10 MB
# outcome: any
EAPI=8
inherit hostile
DESCRIPTION=$(head -c 10M /dev/zero | tr '\0' 'd')
