"""The registry of detectors, and the ready ones: one file each."""

from retention.alerts.detectors.base import Detector, Evidence, Finding, Subject, detectors, register

__all__ = ["Detector", "Evidence", "Finding", "Subject", "detectors", "register"]
