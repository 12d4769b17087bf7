package io.twinstream.ingest.answer;

/** Says where a probe's record lies on the topic of probes, which tells two probes of one id apart. */
record RecordPlace(int partition, long offset) {}
