package io.twinstream.trainer.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.network.DeviceChoice;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class TrainerDeviceTest {
    @Test
    void whatIsNoDeviceIsRefusedWithTheWordsThatAre() {
        String message = assertThrows(ConfigException.class, () -> device(Map.of(TrainerSettings.DEVICE, "tpu")))
                .getMessage();

        assertTrue(message.contains("trainer.device is 'tpu': 'tpu' must be auto, cpu, gpu or gpu:N"), message);
    }

    @Test
    void aGpuIsTakenOnlyWhereItIsNamedOrFound() {
        assertEquals(DeviceChoice.AUTO, device(Map.of()));
        assertEquals(DeviceChoice.parse("gpu:1"), device(Map.of(TrainerSettings.DEVICE, "gpu:1")));
    }

    private static DeviceChoice device(Map<String, String> given) {
        return Settings.read(
                TrainerSettings.define(new ConfigDef()),
                settings -> DeviceChoice.parse(settings.getString(TrainerSettings.DEVICE)),
                given);
    }
}
