package diagnose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/envmedic/envmedic/internal/buildlog"
)

func TestParseCondaSpec(t *testing.T) {
	for in, want := range map[string]string{
		"numpy=1.16.0":                          "numpy|1.16.0|",
		"tk==8.5.18=0":                          "tk|8.5.18|0",
		"basemap ==1.1":                         "basemap|1.1|",
		"py-xgboost[version='<=0.90']":          "py-xgboost|<=0.90|",
		"libmamba 0.23.1 h1566912_0":            "libmamba|0.23.1|h1566912_0",
		"conda-forge::python 3.5*":              "python|3.5*|",
		"pytorch=2.9=*cuda*":                    "pytorch|2.9|*cuda*",
		"softwipe =* *":                         "softwipe||",
		"python >=3.10,<3.11.0a0 *_cpython":     "python|>=3.10,<3.11.0a0|*_cpython",
		"python_abi[version='3.6',build='*_x']": "python_abi|3.6|*_x",
		"pin on python =3.13 *":                 "python|3.13|",
		"Pillow":                                "pillow||",
		"environment.yml":                       "environment.yml||",
	} {
		c, ok := parseCondaSpec(in)
		if got := c.name + "|" + c.version + "|" + c.build; !ok || got != want {
			t.Errorf("parseCondaSpec(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
	if _, ok := parseCondaSpec("'quoted'"); ok {
		t.Error("a text without a name was taken for a spec")
	}
}

func TestPythonsIn(t *testing.T) {
	for ranges, want := range map[string]string{
		">=2.7,<2.8.0a0|>=3.6,<3.7.0a0": "2.7 3.6",
		"3.5.*|3.6.*":                   "3.5 3.6",
		"[=2.7 *|>=3.6,<3.7.0a0 *]":     "2.7 3.6",
		"3.7.4":                         "3.7",
		">=3.14":                        "3.14 3.15 3.16",
		"<3.4":                          "2.6 2.7 3.3",
		"<3.4.2,>=3.3":                  "3.3 3.4",
		"~=3.15":                        "3.15 3.16",
		"2.*":                           "2.6 2.7",
		"!=3.*,2.7.*":                   "2.7",
		"<=2.7":                         "2.6 2.7",
	} {
		if got := strings.Join(pythonsIn(ranges), " "); got != want {
			t.Errorf("pythonsIn(%q) = %q, want %q", ranges, got, want)
		}
	}
}

func TestLessVersion(t *testing.T) {
	for _, v := range [][2]string{{"2.17", "2.28"}, {"2.9", "2.10"}, {"11", "11.8"}} {
		if !lessVersion(v[0], v[1]) || lessVersion(v[1], v[0]) || lessVersion(v[0], v[0]) {
			t.Errorf("%s must be less than %s, and neither less than itself", v[0], v[1])
		}
	}
}

func TestChannelName(t *testing.T) {
	for url, want := range map[string]string{
		"https://conda.anaconda.org/bioconda/linux-64/repodata.json":     "bioconda",
		"https://conda.anaconda.org/pytorch/label/dev/noarch":            "pytorch/label/dev",
		"https://repo.anaconda.com/pkgs/main/linux-64/repodata.json.zst": "defaults",
		"https://mirror.example/conda/acme/osx-arm64":                    "https://mirror.example/conda/acme",
		"acme": "acme",
	} {
		if got := channelName(url); got != want {
			t.Errorf("channelName(%q) = %q, want %q", url, got, want)
		}
	}
}

// condaReportOf reads a report whose heading is its first line.
func condaReportOf(t *testing.T, text string) *condaReport {
	t.Helper()
	log, err := buildlog.Read(strings.NewReader(text), "log", buildlog.NewFinder([]string{"problems while solving", "Error: The following"}))
	if err != nil {
		t.Fatal(err)
	}
	return readCondaReport(&finding{scene: newScene(log), captures: map[string]string{}})
}

func TestCondaReportEndsItsLists(t *testing.T) {
	r := condaReportOf(t, `PackagesNotFoundError: The following packages are not available from current channels:

  - foo=1

Current channels:

  - https://mirror.example/a/linux-64

To search for alternate channels that may provide the conda package you're
looking for, navigate to

  - not a channel
`)
	var missing []string
	for _, m := range r.missing {
		missing = append(missing, m.spec.raw)
	}
	if d := cmp.Diff([]string{"foo=1"}, missing); d != "" {
		t.Error("missing:", d)
	}
	if d := cmp.Diff([]string{"https://mirror.example/a/linux-64"}, r.channels); d != "" {
		t.Error("channels:", d)
	}
}

// A bullet about a missing dependency is an aside where the tree shows that the item could be installed without it.
func TestCondaTreeOverrulesBullets(t *testing.T) {
	r := condaReportOf(t, `LibMambaUnsatisfiableError: Encountered problems while solving:
  - nothing provides openssl >=1.1.1,<1.1.2.0a0 needed by python-2.7.15-h9bab390_2

Could not solve for environment specs
The following packages are incompatible
├─ cellranger is installable with the potential options
│  ├─ cellranger 3.0.2 would require
│  │  └─ python >=2.7,<2.8.0a0  with the potential options
│  │     ├─ python [2.7.10|2.7.11|...|2.7.9], which can be installed;
│  │     └─ python 2.7.15 would require
│  │        └─ openssl >=1.1.1,<1.1.2.0a0 , which does not exist (perhaps a missing channel);
│  └─ cellranger 3.0.2 would require
│     └─ python <3  with the potential options
└─ pin-1 is not installable because it requires
   └─ python 3.12.* , which conflicts with any installable versions previously reported.
`)
	if got := r.trouble(); got != pythonTrouble {
		t.Fatalf("trouble %d, want %d: no build for the python", got, pythonTrouble)
	}
	asked, against := r.pythonNeeds()
	if asked != "3.12.*" || len(against) != 1 || against[0].spec.name != "cellranger" {
		t.Errorf("asked %q, against %v", asked, against)
	}
}
