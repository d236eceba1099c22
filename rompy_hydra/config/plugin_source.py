"""Plugins without YAML as options of their config group: ``group=name`` selects the node that names the plugin."""

from __future__ import annotations

from hydra.core.object_type import ObjectType
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from omegaconf import OmegaConf

from .. import plugins

ADDRESS = "rompy-hydra-plugin://"
GROUPS = ("source", "model", "run_backend", "postprocessor", "pipeline")


class PluginSource(ConfigSource):
    """Entry points seen as config files; last of the search path, so that any real file wins. Imports no plugin."""

    @staticmethod
    def scheme() -> str:
        """The address begins with it."""
        return ADDRESS.removesuffix("://")

    def load_config(self, config_path: str) -> ConfigResult:
        """The node of one plugin."""
        plugin = self._plugin(config_path)
        if plugin is None:
            raise ConfigLoadError(f"there is no plugin {config_path}")
        package = f"postprocessor.{plugin.name}" if plugin.group == "postprocessor" else None
        is_source = plugin.group == "source"
        node = OmegaConf.create({"source_type": plugin.name} if is_source else {"_target_": plugin.target})
        return ConfigResult(self.provider, f"{ADDRESS}{plugin.distribution}", node, {"package": package})

    def is_group(self, config_path: str) -> bool:
        """Whether plugins can be found under this name."""
        return config_path in GROUPS

    def is_config(self, config_path: str) -> bool:
        """Whether this is a plugin."""
        return self._plugin(config_path) is not None

    def available(self) -> bool:
        """Always: entry points are there or they are none."""
        return True

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """Groups at the top, names of plugins in a group."""
        if config_path == "":
            return [] if results_filter == ObjectType.CONFIG else [*GROUPS]
        return [] if results_filter == ObjectType.GROUP else sorted(plugins.plugins(config_path))

    def _plugin(self, config_path: str) -> plugins.Plugin | None:
        group, _, name = config_path.removesuffix(".yaml").partition("/")
        return plugins.plugins(group).get(name) if group in GROUPS else None
