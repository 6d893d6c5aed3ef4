# try: 10 GB of output
# outcome: any
EAPI=8
inherit hostile
head -c 10G /dev/zero
