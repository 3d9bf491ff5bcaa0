package ingest

import "github.com/project-nexus/nexus/internal/ingest/source"

func (x *extraction) diagnose([]source.Finding) {}
