package buildlog

import "encoding/binary"

// frequencies tell roughly how common some bytes are in build logs: the counts of their fours in sample, and of their pairs.
type frequencies struct {
	fours [1 << 12]uint8
	pairs [1 << 12]uint8
}

// sample holds what fills build logs while nothing is wrong. Only the frequencies of its letters matter.
const sample = `#12 3.456 Collecting numpy==1.21.0 (from -r requirements.txt (line 3))
#12 4.567   Downloading pandas-1.5.3-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl (12.1 MB)
#12 5.1      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 3.2/12.1 MB 8.5 MB/s eta 0:00:01
Requirement already satisfied: urllib3>=1.26 in /usr/local/lib/python3.10/site-packages (from requests==2.31->-r /requirements.txt (line 7)) (2.0.4)
  Building wheel for tokenizers (setup.py): started
  Building wheel for tokenizers (pyproject.toml): finished with status 'done'
  Created wheel for tokenizers: filename=tokenizers-0.13.0-py3-none-any.whl size=123456 sha256=0a1b2c3d4e5f6071829304a5b6c7d8e9f
  Stored in directory: /var/cache/pip/pip/wheels/0f/1e/2d3c4b5a
  Preparing metadata (pyproject.toml): started
  Installing build dependencies: finished with status 'done'
  Getting requirements to build wheel: started
  Using cached Flask-2.0.1-py3-none-any.whl (94 kB)
Installing collected packages: wheel, setuptools, certifi, idna
    Found existing installation: setuptools 58.1.0
    Uninstalling setuptools-58.1.0:
      Successfully uninstalled setuptools-58.1.0
Successfully installed certifi-2023.7.22 idna-3.4
WARNING: Running pip as the 'root' user can result in broken permissions and conflicting behaviour with the system package manager
WARNING: The script is installed in '/opt/local/bin' which is not on PATH. Consider adding this directory to PATH
INFO: pip is looking at multiple versions of boto3 to determine which version is compatible with other requirements. This could take a while.
Get:12 http://archive.example/ubuntu jammy-updates/main amd64 libssl-dev amd64 3.0.2-0ubuntu1.10 [2376 kB]
Reading package lists... Building dependency tree... Reading state information...
The following additional packages will be installed: The following NEW packages will be installed:
0 upgraded, 42 newly installed, 0 to remove and 7 not upgraded. Need to get 62.1 MB of archives.
Selecting previously unselected package libgomp1:amd64. Preparing to unpack .../012-libgomp1_12.3.0-1ubuntu1_amd64.deb ...
Unpacking libgomp1:amd64 (12.3.0-1ubuntu1~22.04) ... Setting up libgomp1:amd64 ... Processing triggers for libc-bin (2.35-0ubuntu3.1) ...
debconf: delaying package configuration, since apt-utils is not installed
Collecting package metadata (repodata.json): ...working... done Solving environment: ...working... failed with initial frozen solve. Retrying with flexible solve.
numpy-1.21.0         | 5.4 MB    | ########## | 100%
  libblas            conda-forge/linux-64::libblas-3.9.0-16_linux64_openblas   pkgs/main/noarch::tzdata-2023c
Preparing transaction: ...working... done Verifying transaction: done Executing transaction: done
sha256:68ced04f60ab5c7a5f1d0b0b4e7572c5a4c8cce44866513d30d9df1a15277d6b 12.5MB / 31.4MB 0.5s
68ced04f60ab: Pulling fs layer 68ced04f60ab: Verifying Checksum Download complete Pull complete Already exists
Step 4/15 : RUN apt-get update && apt-get install -y --no-install-recommends git build-essential && rm -rf /var/lib/apt/lists/*
 ---> Running in 5f6a7b8c9d0e Removing intermediate container 5f6a7b8c9d0e ---> 7c8d9e0f1a2b
[ 3/20] RUN pip install --no-cache-dir -r requirements.txt [internal] load build context transferring context: 2B done DONE 0.0s
gcc -pthread -B /opt/conda/compiler_compat -Wno-unused-result -Wsign-compare -DNDEBUG -fwrapv -O2 -Wall -fPIC -isystem /opt/miniconda/include -I/tmp/pip-install-ab12/pkg/include -I/usr/local/include/python3.10 -c src/pkg/error_handlers.c -o build/temp.linux-x86_64-cpython-310/src/pkg/error_handlers.o
src/pkg/parse.c:123:45: warning: comparison of integer expressions of different signedness: 'int' and 'size_t' [-Wsign-compare] note: In file included from
copying pkg/exceptions/errors.py -> build/lib.linux-x86_64-cpython-310/pkg/exceptions running build_ext building extension creating build
[ 42%] Building CXX object src/CMakeFiles/core.dir/failed_state.cc.o -- Looking for create in lib - not found -- Found -- Check for working compiler
  Cleaning up temporary directory /tmp/pip-req-build-0a1b2c3d Removed build tracker Added to build tracker  Entering  Exiting directory
make[2]: Entering directory '/src' CC src/main.o  checking for stdlib.h... yes  checking whether the C compiler works... yes
2024-07-08T16:59:09.1234567Z ##[group]Run actions/checkout@v4 ##[endgroup] npm warn deprecated added 120 packages in 5s
2021/10/21 12:34:56 Successfully set up Docker network: acb_default_network test passed PASSED ok [100%] File "/usr/lib/python3/dist-packages/
`

func sampled() *frequencies {
	f := new(frequencies)
	for o := 0; o+4 <= len(sample); o++ {
		bump(&f.fours[cell(four(sample[o:]))])
		bump(&f.pairs[cell(four(sample[o:])&0xffff)])
	}
	return f
}

func four(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func cell(x uint32) uint32 { return x * 0xC2B2AE35 >> 20 }

func bump(n *uint8) {
	if *n < 255 {
		*n++
	}
}

// of rates a gram of four bytes or more: the higher, the more often it is to be met. Its rarest part decides.
func (f *frequencies) of(gram []byte) int32 {
	least := int32(1 << 20)
	for o := 0; o+4 <= len(gram); o += 2 {
		x := binary.LittleEndian.Uint32(gram[o:])
		pairs := min(f.pairs[cell(x&0xffff)], f.pairs[cell(x>>8&0xffff)], f.pairs[cell(x>>16)])
		least = min(least, 8*int32(f.fours[cell(x)])+int32(pairs)/2+1)
	}
	return least
}
