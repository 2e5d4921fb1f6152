package manifest

import (
	"slices"
	"testing"
	"testing/fstest"
)

// TestRepository looks at files that are no definition files.
func TestRepository(t *testing.T) {
	s, _ := Load(fstest.MapFS{
		"docker/start.sh": {Data: []byte("#!/bin/sh\r\ntrue\r\n"), Mode: 0o755},
		"docker/data/a":   {Data: []byte("x")},
	}, nil)
	if got := s.Names("docker"); !slices.Equal(got, []string{"data/", "start.sh"}) {
		t.Errorf("names %q", got)
	}
	if s.Names("nowhere") != nil || s.Names("../docker") != nil {
		t.Error("a folder that is not there, or is outside, has names")
	}
	if !s.Holds("docker/data") || !s.Holds("./docker/start.sh") || s.Holds("docker/stop.sh") || s.Holds("../x") {
		t.Error("what the repository holds")
	}
	if got := string(s.Head("docker/start.sh", 9)); got != "#!/bin/sh" {
		t.Errorf("head %q", got)
	}
	if s.Head("docker/stop.sh", 9) != nil || s.Size("docker/stop.sh") != -1 || s.Size("docker") != -1 || s.Size("docker/data/a") != 1 {
		t.Error("size and head of what is no file")
	}
	if s.Mode("docker/start.sh") != 0o755 || s.Mode("docker/stop.sh") != 0 {
		t.Error("modes")
	}
}

// TestKeys walks through the two spellings that definitions of the first version have.
func TestKeys(t *testing.T) {
	f := Parse("azureml_environment.json", []byte(`{"docker": {"baseImage": "a/b:1", "shm_size": "8g", "arguments": []}, "python": {"condaDependencies": null}}`), false)
	if f == nil || f.AzureML == nil {
		t.Fatal("not taken for an Azure ML environment")
	}
	if k := f.KeyAt("docker", "shmSize"); k == nil || f.At(k.Value.Span) != "8g" {
		t.Errorf("docker.shmSize is %+v", k)
	}
	if k := f.KeyAt("docker", "arguments"); k == nil || k.Kind != "list" || k.Len != 0 {
		t.Errorf("docker.arguments is %+v", k)
	}
	if k := f.KeyAt("python", "condaDependencies"); k == nil || k.Kind != "null" {
		t.Errorf("python.condaDependencies is %+v", k)
	}
	if f.KeyAt("spark", "packages") != nil || f.KeysAt("docker", "baseImage") != nil {
		t.Error("keys where there are none")
	}
}

// TestJobs are told from environments by what they name.
func TestJobs(t *testing.T) {
	job := "command: python train.py\nenvironment: azureml:train@latest\n"
	if f := Parse("job.yml", []byte(job), false); f == nil || f.Kind != KindAzureMLJob {
		t.Errorf("a job is %+v", f)
	}
	if f := Parse("ci.yml", []byte("jobs:\n  environment: production\n"), false); f != nil {
		t.Errorf("a workflow is %+v", f)
	}
}
