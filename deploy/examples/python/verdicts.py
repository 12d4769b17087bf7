"""Prints every verdict as a line of JSON, from the first that the topic holds, until it is stopped.

A group that is named goes on where it was.
"""

import json
import os
import signal
import sys
import uuid

import confluent_kafka

from records import Codec

BROKERS = os.environ.get("TWINSTREAM_BOOTSTRAP_SERVERS", "localhost:9092")
TOPIC = os.environ.get("TWINSTREAM_TOPIC_PREFIX", "twinstream") + ".verdicts"

verdicts = Codec("Verdict-6.avsc")
consumer = confluent_kafka.Consumer(
    {
        # Brokers with TLS or SASL need `security.protocol` and its companions here.
        "bootstrap.servers": BROKERS,
        "group.id": sys.argv[1] if len(sys.argv) > 1 else f"twinstream-example-{uuid.uuid4()}",
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",  # what an aborted transaction left is no verdict
        "enable.auto.offset.store": False,
        "log_level": 0,  # what goes wrong is raised as well
    }
)
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    error = consumer.list_topics(TOPIC, timeout=10).topics[TOPIC].error
    if error:
        raise confluent_kafka.KafkaException(error)
    consumer.subscribe([TOPIC])
    while True:
        message = consumer.poll(1)
        if message is None:
            continue
        if message.error():
            raise confluent_kafka.KafkaException(message.error())
        try:
            line = json.dumps(verdicts.decode(message.value()), default=str, ensure_ascii=False)
        except Exception as broken:  # broken bytes make fastavro raise errors of many kinds, and no verdict may stop the others
            key = message.key() and message.key().decode(errors="replace")
            place = f"{key} (partition {message.partition()}, offset {message.offset()})"
            print(f"{place}: {str(broken) or repr(broken)}", file=sys.stderr)
        else:
            print(line, flush=True)
        # Only now is it done with: a verdict may come twice, and none is lost.
        consumer.store_offsets(message)
except confluent_kafka.KafkaException as failure:
    sys.exit(f"{TOPIC} on {BROKERS}: {failure.args[0].str()}")
except (KeyboardInterrupt, BrokenPipeError):
    pass
finally:
    consumer.close()
