; The installer for Windows, for Inno Setup 6: iscc /DVersion=1.2.3 packaging\windows\cts-console.iss
; packaging/build.sh runs it after PyInstaller made dist\cts-console. Installs for one person and
; without administrator's rights, unless the person chooses otherwise.

#ifndef Version
  #error Say which version: iscc /DVersion=...
#endif

[Setup]
AppId={{6E2A5C0B-8A43-4C57-9B1E-0C4A1D7F3E62}
AppName=CTS Console
AppVersion={#Version}
AppPublisher=CTS Console contributors
DefaultDirName={autopf}\CTS Console
DefaultGroupName=CTS Console
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
SourceDir=..\..
OutputDir=dist
OutputBaseFilename=cts-console-{#Version}-setup
LicenseFile=LICENSE
SetupIconFile=build\package\cts-console.ico
UninstallDisplayIcon={app}\cts-console-window.exe
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; Libraries of an older version must not be found beside those of this one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "dist\cts-console\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs

[Icons]
Name: "{group}\CTS Console"; Filename: "{app}\cts-console-window.exe"
Name: "{autodesktop}\CTS Console"; Filename: "{app}\cts-console-window.exe"; Tasks: desktopicon

[Registry]
; Offered under "Open with"; no file is taken away from the program that opens it now.
Root: HKA; Subkey: "Software\Classes\CTSConsole.Database"; ValueType: string; ValueData: "SQLite database"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\CTSConsole.Database\DefaultIcon"; ValueType: string; ValueData: "{app}\cts-console-window.exe,0"
Root: HKA; Subkey: "Software\Classes\CTSConsole.Database\shell\open\command"; ValueType: string; ValueData: """{app}\cts-console-window.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.db\OpenWithProgids"; ValueType: string; ValueName: "CTSConsole.Database"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.sqlite\OpenWithProgids"; ValueType: string; ValueName: "CTSConsole.Database"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.sqlite3\OpenWithProgids"; ValueType: string; ValueName: "CTSConsole.Database"; ValueData: ""; Flags: uninsdeletevalue

[Run]
Filename: "{app}\cts-console-window.exe"; Description: "{cm:LaunchProgram,CTS Console}"; Flags: nowait postinstall skipifsilent
